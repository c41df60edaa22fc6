import type { Execution } from '../execution.ts';
import { checkSchedule, type Schedule } from '../schedule.ts';
import { ServiceError } from '../service-error.ts';
import type { Trigger, TriggerEvent } from '../triggers.ts';

/** A trigger as scripts see it. */
export interface TriggerView {
  uid: string;
  handler: string;
  event: TriggerEvent;
  sourceId: string;
}

export interface TriggerRequest {
  handler: string;
  event: TriggerEvent;
  /** Spreadsheet id, for document events. */
  sourceId: string | null;
  schedule: Schedule | null;
}

const view = ({ uid, handler, event, sourceId }: Trigger): TriggerView => ({ uid, handler, event, sourceId });
const OPENID = 'openid';
/** What Google would find in the code of a project whose manifest lists no scopes. */
const DEFAULT_SCOPES = ['https://www.googleapis.com/auth/spreadsheets'];
const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';

function has({ project, user }: Execution, scope: string): boolean {
  const declared = project.manifest.oauthScopes;
  const granted = project.grants.get(user.sub);
  return (!declared || declared.includes(scope)) && (granted === 'all' || granted?.has(scope) === true);
}

/** Scopes the manifest asks for that the person has not granted. */
function missing({ project, user }: Execution, wanted: string[] | null): string[] {
  const granted = project.grants.get(user.sub);
  if (granted === 'all') return [];
  return (wanted ?? project.manifest.oauthScopes ?? []).filter((scope) => !granted?.has(scope));
}

/** ScriptApp. */
export const scriptAppServices = {
  'ScriptApp.getScriptId': ({ project }: Execution): string => project.id,
  'ScriptApp.getProjectTriggers': ({ install, user }: Execution): TriggerView[] =>
    install.registry.of(install, user).map(view),
  'ScriptApp.getUserTriggers': ({ install, user }: Execution, id: string): TriggerView[] =>
    install.registry
      .of(install, user)
      .filter((trigger) => trigger.sourceId === id || (trigger.event === 'CLOCK' && install.document?.id === id))
      .map(view),
  'ScriptApp.createTrigger': (execution: Execution, request: TriggerRequest): TriggerView => {
    const { install, user } = execution;
    if (request.schedule) checkSchedule(request.schedule);
    if (request.sourceId !== null) execution.open(request.sourceId);
    const trigger = install.registry.create({
      handler: request.handler,
      event: request.event,
      sourceId: request.sourceId ?? '',
      creator: user,
      install,
      ...(request.schedule ? { schedule: request.schedule } : {}),
    });
    return view(trigger);
  },
  'ScriptApp.deleteTrigger': ({ install, user }: Execution, uid: string): void => {
    if (!install.registry.of(install, user).some((trigger) => trigger.uid === uid)) {
      throw new ServiceError(
        'Unexpected error while getting the method or property deleteTrigger on object ScriptApp.',
      );
    }
    install.registry.delete(uid);
  },
  'ScriptApp.getIdentityToken': async (execution: Execution): Promise<string | null> => {
    const { runtime, project, user, mode } = execution;
    if (mode !== 'FULL' || !has(execution, OPENID)) return null;
    return runtime.issuer.identityToken(user, project.clientId, { withEmail: has(execution, EMAIL) });
  },
  'ScriptApp.getOAuthToken': (execution: Execution): string => {
    const { install, project, user } = execution;
    const scopes = project.manifest.oauthScopes ?? DEFAULT_SCOPES;
    return install.home.tokens.issue(
      user,
      scopes.filter((scope) => has(execution, scope)),
    );
  },
  'ScriptApp.getAuthorizationInfo': (
    execution: Execution,
    mode: string,
    scopes: string[] | null,
  ): 'REQUIRED' | 'NOT_REQUIRED' =>
    mode === 'FULL' && missing(execution, scopes).length > 0 ? 'REQUIRED' : 'NOT_REQUIRED',
  'ScriptApp.requireScopes': (execution: Execution, mode: string, scopes: string[] | null): void => {
    const lacking = mode === 'FULL' ? missing(execution, scopes) : [];
    if (lacking.length === 0) return;
    // Google ends the run and shows the person a consent screen; an error object nobody can catch would be closer.
    throw new ServiceError(`Authorization is required to perform that action. Missing: ${lacking.join(', ')}`);
  },
  'ScriptApp.invalidateAuth': ({ project, user }: Execution): void => {
    project.grants.delete(user.sub);
  },
};
