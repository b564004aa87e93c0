// The vectors that every implementation of the protocol shares (tests/vectors), and from them what a server
// accepts.

import events from '../../vectors/events.jsonl?raw';
import requests from '../../vectors/requests.jsonl?raw';
import resume from '../../vectors/resume.jsonl?raw';
import resumeChanges from '../../vectors/resume_changes.jsonl?raw';

export interface Vector {
  name: string;
  input: string;
  ok: boolean;
  canonical: string;
  mentions?: string;
}

/** A change of a message. */
export interface ChangeOf {
  seq: number;
  rev: number;
}

interface JoinedInput {
  type: 'joined';
  last: number;
  messages: number[];
  more: boolean;
  gap: boolean;
}

type OtherInput =
  | { type: 'join' | 'history_refused' | 'lost' }
  | { type: 'message' | 'ok'; seq: number }
  | { type: 'history'; messages: number[]; more: boolean };

/** What happens to a client's room. `history` answers what was asked for; `lost` ends the connection. */
export type ResumeInput = JoinedInput | OtherInput;

/** The same where messages change. `changes` answers what was asked for. */
export type ResumeChangesInput =
  | (JoinedInput & { rev: number; changed?: ChangeOf[]; changed_more?: boolean })
  | OtherInput
  | ({ type: 'changed' } & ChangeOf)
  | { type: 'changes'; changed: ChangeOf[]; more: boolean }
  | { type: 'changes_refused' };

export interface ResumeVector<Input> {
  name: string;
  steps: { input: Input; output: string[] }[];
}

function read<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

export const kEventVectors: readonly Vector[] = read(events);
export const kRequestVectors: readonly Vector[] = read(requests);
export const kResumeVectors: readonly ResumeVector<ResumeInput>[] = read(resume);
export const kResumeChangesVectors: readonly ResumeVector<ResumeChangesInput>[] = read(resumeChanges);

/** What the accepted requests of one type have in common. */
interface Shape {
  needed: Set<string>;
  kinds: Map<string, Set<string>>; // of each field that may stand there
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const shapes = new Map<string, Shape>();
for (const { ok, canonical, input } of kRequestVectors) {
  if (!ok) continue;
  const { type, ref: _, ...known } = JSON.parse(canonical) as Record<string, unknown> & { type: string };
  const given = JSON.parse(input) as Record<string, unknown>;
  const shape = shapes.get(type) ?? { needed: new Set(Object.keys(known)), kinds: new Map<string, Set<string>>() };
  shapes.set(type, shape);
  for (const field of shape.needed) {
    if (!(field in given)) shape.needed.delete(field);
  }
  for (const [field, value] of Object.entries(known)) {
    shape.kinds.set(field, (shape.kinds.get(field) ?? new Set()).add(kind(value)));
  }
}

/** The types of request that a server knows. */
export const kTypes: readonly string[] = [...shapes.keys()];

/** Why a server would refuse this request, as far as the accepted ones tell; nothing: it has their shape. */
export function refusal(request: Record<string, unknown> & { type: string }): string | undefined {
  const { type, ref, ...fields } = request;
  const shape = shapes.get(type);
  if (!shape) return `no request is a ${type}`;
  if (ref !== undefined && typeof ref !== 'string') return `a ${type} whose ref is ${kind(ref)}`;
  for (const field of shape.needed) {
    if (fields[field] === undefined) return `a ${type} without ${field}`;
  }
  for (const [field, value] of Object.entries(fields)) {
    const kinds = shape.kinds.get(field);
    if (!kinds) return `a ${type} with ${field}`;
    if (field !== 'data' && !kinds.has(kind(value))) return `a ${type} whose ${field} is ${kind(value)}`;
  }
  return undefined;
}
