import type { Messages } from '../en';
import { chat } from './chat';
import { entry } from './entry';
import { errors } from './errors';
import { meeting } from './meeting';
import { people } from './people';

export const zh: Messages = { ...entry, ...chat, ...meeting, ...people, ...errors };
