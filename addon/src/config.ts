/** Written in by the build, with the manifest's allowlist: each installation has an API of its own. No trailing slash. */
declare const TANDEM_API_URL: string;

export const apiUrl: string = TANDEM_API_URL;
