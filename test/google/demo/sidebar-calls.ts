import type { RpcAnswer, SidebarApi } from '../../../addon/src/rpc.ts';
import type { ScriptInstall } from '../script/install.ts';

type Answer<Name extends keyof SidebarApi> = ReturnType<SidebarApi[Name]>;

/** Calls the add-on as the sidebar does: through `google.script.run`, by name, with plain values. */
export class Sidebar {
  constructor(readonly install: ScriptInstall) {}

  /** @throws Error with the sentence that the sidebar would show */
  async call<Name extends keyof SidebarApi>(name: Name, ...args: Parameters<SidebarApi[Name]>): Promise<Answer<Name>> {
    const answer = await this.ask(name, ...args);
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  }

  /** The same, with a refusal as a value. */
  async ask<Name extends keyof SidebarApi>(
    name: Name,
    ...args: Parameters<SidebarApi[Name]>
  ): Promise<RpcAnswer<Answer<Name>>> {
    return (await this.install.run('rpc', [name, args])) as RpcAnswer<Answer<Name>>;
  }
}
