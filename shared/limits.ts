/** Limits of the platform and of the protocol, in one place. Sources: see docs of each; [G] Google's documentation. */

/** Rows without a usable key that a scan names. */
export const TOLD_BLANK_KEYS = 100;

/** Longest canonical key, in bytes: what is dirty is indexed by the key twice, and an entry takes 2,700 bytes. */
export const KEY_BYTES = 1_200;

/** Rows in one `push`; with {@link MESSAGE_BYTES} whichever is reached first. */
export const PUSH_ROWS = 1000;

/** Target size of a message body in bytes of JSON. */
export const MESSAGE_BYTES = 1_000_000;

/** Offers in one reply. */
export const REPLY_OFFERS = 1000;

/** Characters of one property value. [G] allows 9 KB; 8,066 bytes were measured to pass. */
export const PROPERTY_CHARS = 8000;

/** Characters of a write-ahead note. [G] All properties of a document together take 500 KB, whatever it has links. */
export const NOTE_CHARS = 200_000;

/** A run starts no new chunk after this many milliseconds; Apps Script ends it at 6 minutes. */
export const RUN_BUDGET_MS = 270_000;

/** Characters a cell can hold. [G] */
export const CELL_CHARS = 50_000;

/** Grace between two scans that both miss a row, before its delete may go to the table (I9). */
export const DELETE_GRACE_MS = 120_000;

/** More rows missing than max(this, 5 % of the link) in one scan are held for a person to decide (I9). */
export const DELETE_GUARD_ROWS = 10;
export const DELETE_GUARD_SHARE = 0.05;

/** Days a deleted row is kept whole as a tombstone. */
export const TOMBSTONE_DAYS = 30;

/** The row of the sheet that holds the headers; data starts below it. */
export const HEADER_ROW = 1;
