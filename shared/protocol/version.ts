/**
 * Version of the messages. It moves with every change of a schema in this folder: a test hashes the schemas and fails
 * until both the version and the recorded hash do. The paths stay under `/v1`: hosts are deployed
 * with the API they talk to, and `GET /health` tells its version.
 */
export const PROTOCOL_VERSION = 2;
