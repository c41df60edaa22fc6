import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';

/** HtmlService: only the files are the host's; output and templates live in the script's realm. */
export const htmlServices = {
  'HtmlService.readFile': ({ project }: Execution, name: string): string => {
    const html = project.html.get(name.replace(/\.html$/, ''));
    if (html === undefined) throw new ServiceError(`No HTML file named ${name} was found.`);
    return html;
  },
};
