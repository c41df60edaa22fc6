import * as v from 'valibot';

/** Something a person should know, as a sentence; `code` lets the sidebar offer the fitting button. */
export const Notice = v.object({
  code: v.picklist([
    'preview',
    'first_sync_running',
    'rows_missing',
    'rows_removed',
    'rows_renamed',
    'rows_held',
    'rows_rejected',
    'duplicate_keys',
    'rows_without_key',
    'column_suspended',
    'new_columns',
    'paused',
    'table_needs_attention',
    'replace_refused',
    'replace_shrunk',
  ]),
  message: v.string(),
  count: v.optional(v.number()),
});
export type Notice = v.InferOutput<typeof Notice>;
