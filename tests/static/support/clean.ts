// Runs before each test file that shares a process, and removes what the file before has faked.

import { vi } from 'vitest';

vi.useRealTimers();
vi.unstubAllGlobals();
