// Runs before each file of those that share a process: nothing is left of the one before.

import { vi } from 'vitest';

vi.useRealTimers();
vi.unstubAllGlobals();
