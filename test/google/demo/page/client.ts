import type {
  Activity,
  DemoEvents,
  ScriptCall,
  ScriptReply,
  SheetAction,
  SheetView,
  SqlReply,
  Status,
  TableView,
} from './messages.ts';

async function post<Reply>(path: string, body: object): Promise<Reply> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.text()) || `The demo's server answered ${response.status}.`);
  return (await response.json()) as Reply;
}

async function get<Reply>(path: string): Promise<Reply> {
  const response = await fetch(path);
  if (!response.ok) throw new Error((await response.text()) || `The demo's server answered ${response.status}.`);
  return (await response.json()) as Reply;
}

export const client = {
  sheet: () => get<SheetView>('/demo/sheet'),
  table: () => get<TableView>('/demo/table'),
  status: () => get<Status>('/demo/status'),
  activity: () => get<Activity[]>('/demo/activity'),
  act: (action: SheetAction) => post<{ revision: number }>('/demo/sheet', action),
  tick: () => post<Status>('/demo/tick', {}),
  runSql: (text: string) => post<SqlReply>('/demo/sql', { text }),
  callScript: (call: ScriptCall) => post<ScriptReply>('/demo/script', call),
};

/** Follows the server's events; the browser reconnects by itself. Answers how to stop. */
export function follow(
  listeners: { [Name in keyof DemoEvents]: (event: DemoEvents[Name]) => void } & { connected: (up: boolean) => void },
): () => void {
  const source = new EventSource('/demo/events');
  source.onopen = () => listeners.connected(true);
  source.onerror = () => listeners.connected(false);
  for (const name of ['sheet', 'table', 'status', 'activity'] as const) {
    source.addEventListener(name, (event: MessageEvent<string>) => listeners[name](JSON.parse(event.data) as never));
  }
  return () => source.close();
}
