/** Comlink's messages as they cross (its protocol.ts, 4.4), as far as we let them: calls of a method, their answers, callbacks. */
import { type ErrorCode, type ErrorPlace, ExhibitError } from '../contract/errors';

export type WireValue =
  | { readonly type: 'RAW'; readonly value: unknown }
  | { readonly type: 'HANDLER'; readonly name: string; readonly value: unknown };

export interface Call {
  readonly id: string;
  readonly type: 'APPLY';
  /** One method name; empty on a callback's channel. */
  readonly path: readonly string[];
  readonly argumentList: readonly WireValue[];
}

export type Answer = WireValue & { readonly id: string };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

export const isAnswer = (message: unknown): message is Answer =>
  isObject(message) && typeof message.id === 'string' && (message.type === 'RAW' || message.type === 'HANDLER');

const isArgument = (value: unknown): value is WireValue =>
  isObject(value) && (value.type === 'RAW' || (value.type === 'HANDLER' && value.name === 'callback' && isObject(value.value)));

/** A call and nothing else: no reading, setting or constructing, through which Comlink would reach any object behind a method. */
export const isCall = (message: unknown): message is Call =>
  isObject(message) &&
  typeof message.id === 'string' &&
  message.type === 'APPLY' &&
  Array.isArray(message.path) &&
  Array.isArray(message.argumentList) &&
  message.argumentList.every(isArgument);

interface Thrown {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly place?: ErrorPlace;
  readonly stack?: string;
}

/** What crosses for a failure. Comlink alone would lose the code and the place. */
export function toThrown(error: unknown): Thrown {
  if (error instanceof ExhibitError) return { code: error.code, message: error.message, place: error.place };
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}

/** An error without a code is our own mistake: it stays an `Error`, with the stack of the side that made it. */
export function fromThrown({ message, code, place, stack }: Thrown): Error {
  return code ? new ExhibitError(code, message, place) : Object.assign(new Error(message), stack ? { stack } : {});
}

export const throwing = (error: unknown): WireValue => ({ type: 'HANDLER', name: 'throw', value: toThrown(error) });
