/**
 * Version of the messages. It moves with every change of a schema in this folder: a test hashes the schemas and fails
 * until both the version and the recorded hash do. The version is part of every path: `/v1/sync`.
 */
export const PROTOCOL_VERSION = 1;
