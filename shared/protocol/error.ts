import * as v from 'valibot';
import { Mapping } from '../mapping.ts';

/**
 * The closed list of errors. Each has the HTTP status it travels under and what the caller should do:
 * - never: the same request will fail again; a person must change something
 * - later: the same request may be sent again after a pause (`retryAfter` seconds)
 * - rescan: read the sheet again and start a new cycle (with the epoch or mapping the error carries)
 */
export const errorCodes = {
  bad_request: { status: 400, retry: 'never' },
  not_signed_in: { status: 401, retry: 'never' },
  not_allowed: { status: 403, retry: 'never' },
  copied_spreadsheet: { status: 403, retry: 'never' },
  not_found: { status: 404, retry: 'never' },
  method_not_allowed: { status: 405, retry: 'never' },
  link_not_found: { status: 404, retry: 'never' },
  table_not_found: { status: 404, retry: 'never' },
  table_unsuitable: { status: 422, retry: 'never' },
  name_taken: { status: 409, retry: 'never' },
  already_linked: { status: 409, retry: 'never' },
  wrong_state: { status: 409, retry: 'never' },
  stale_epoch: { status: 409, retry: 'rescan' },
  stale_seq: { status: 409, retry: 'rescan' },
  mapping_changed: { status: 409, retry: 'rescan' },
  busy: { status: 423, retry: 'later' },
  too_large: { status: 413, retry: 'never' },
  unsupported_version: { status: 426, retry: 'never' },
  identity_unavailable: { status: 503, retry: 'later' },
  database_unavailable: { status: 503, retry: 'later' },
  internal: { status: 500, retry: 'later' },
} as const satisfies Record<string, { status: number; retry: 'never' | 'later' | 'rescan' }>;

export type ErrorCode = keyof typeof errorCodes;

/** Body of every answer that is not 2xx. */
export const ErrorBody = v.object({
  error: v.object({
    code: v.picklist(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    /** A sentence for a person: what happened and what to do. Nothing internal. */
    message: v.string(),
    retry: v.picklist(['never', 'later', 'rescan']),
    /** Seconds to wait before trying again, with retry `later`. */
    retryAfter: v.optional(v.number()),
    /** Which field, column or cell, where one is to blame. */
    field: v.optional(v.string()),
    /** The link's current epoch, with stale_epoch and stale_seq. */
    epoch: v.optional(v.number()),
    /** The link's current mapping, with mapping_changed. */
    mapping: v.optional(Mapping),
    /** Id under which the server's log has the cause. */
    request: v.optional(v.string()),
  }),
});
export type ErrorBody = v.InferOutput<typeof ErrorBody>;

/** An error from the closed list, on its way to becoming an {@link ErrorBody}. */
export class TandemError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Partial<Pick<ErrorBody['error'], 'retryAfter' | 'field' | 'epoch' | 'mapping'>> = {},
  ) {
    super(message);
    this.name = 'TandemError';
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  toBody(request?: string): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        retry: errorCodes[this.code].retry,
        ...this.details,
        ...(request === undefined ? {} : { request }),
      },
    };
  }
}
