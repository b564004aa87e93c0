import { chat } from './chat';
import { entry } from './entry';
import { errors } from './errors';
import { meeting } from './meeting';
import { people } from './people';

export const en = { ...entry, ...chat, ...meeting, ...people, ...errors };
export type Messages = typeof en;
