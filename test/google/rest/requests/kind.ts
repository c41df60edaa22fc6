import type { DocumentCall } from '../context.ts';

/** Carries out one request of a batchUpdate; answers its reply, or nothing where the reply is empty. */
// The payload is whatever JSON the caller sent: each kind reads the fields it knows.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type RequestKind = (call: DocumentCall, payload: any) => object | void;
