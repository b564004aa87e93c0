import {lateDevicesIn} from './late_devices.mjs';

lateDevicesIn('Firefox');
