import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import { filters } from './profiles-links.ts';
import type { World } from './world.ts';

/** A person sets the row filter, or how a foreign key is shown, while the link runs. */
export async function changeOptions(world: World, network: Network, oracle: Oracle, n: number): Promise<void> {
  const { profile } = world;
  if (profile.replace) {
    // A person's word that the tab may replace the table although it has far fewer rows.
    const { status } = await world.request('POST', `/v1/links/${world.link.id}/replace`);
    if (status < 300) network.count('replace:confirmed');
    return;
  }
  const filter = profile.filtered ? filters[n % filters.length]! : null;
  const labelled = !world.labelled;
  const body = filter?.options ?? { columns: { c3: { label: labelled ? 'label' : null } } };
  const { status, body: answer } = await network.whileUnblocked(
    world.request('PATCH', `/v1/links/${world.link.id}/options`, body),
  );
  if (status >= 500 && !world.excuses(status)) {
    oracle.violations.push(`an option was answered with ${status} ${JSON.stringify(answer)}`);
  }
  if (status >= 300) return;
  if (filter) world.visible = filter;
  else world.labelled = labelled;
  network.count(filter ? 'options:filter' : 'options:label');
}

/** Every column goes by the policy *latest*; where it proves nothing, the link's own decides. */
export async function chooseLatest(world: World, oracle: Oracle, fallback: 'sheet' | 'table'): Promise<void> {
  await world.followClock();
  const columns = Object.fromEntries(world.profile.values.map(({ id }) => [id, 'latest']));
  await world.demand('PATCH', `/v1/links/${world.link.id}`, { policy: fallback, columns });
  oracle.latest = fallback;
}
