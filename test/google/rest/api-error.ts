export type ApiStatus =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

const CODES: Record<ApiStatus, number> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
};

/** An answer other than 200, in the shape Google gives every error. */
export class ApiError extends Error {
  readonly status: ApiStatus;
  readonly details: readonly unknown[] | undefined;

  constructor(status: ApiStatus, message: string, details?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.details = details;
  }

  get code(): number {
    return CODES[this.status];
  }

  toJSON(): unknown {
    const { code, message, status, details } = this;
    return { error: { code, message, status, ...(details ? { details } : {}) } };
  }
}

export const invalid = (message: string): ApiError => new ApiError('INVALID_ARGUMENT', message);

export const notFound = (): ApiError => new ApiError('NOT_FOUND', 'Requested entity was not found.');

/** A body that does not fit its message type: the path of the field is named twice, as Google does. */
export function badField(field: string, description: string): ApiError {
  return new ApiError('INVALID_ARGUMENT', description, [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description }] },
  ]);
}

export function unknownField(name: string, at: string): ApiError {
  const description = `Invalid JSON payload received. Unknown name "${name}"${at ? ` at '${at}'` : ''}: Cannot find field.`;
  return badField(at, description);
}
