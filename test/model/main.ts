import { explore, type Exploration } from './explore.ts';
import { ruleNames } from './rules.ts';
import { ablations, limits, redundant, scenarios } from './scenarios.ts';

/** `npm run model`: explores the protocol's interleavings; exits 1 where a rule fails, or where taking one away shows nothing. */

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const count = (n: number): string => n.toLocaleString('en-US');
let failed = false;
let states = 0;
const began = performance.now();

const printTrace = (steps: readonly string[]): void => {
  steps.forEach((step, index) => console.log(`        ${String(index + 1).padStart(2)}. ${step}`));
};

const printViolations = (found: Exploration): void => {
  for (const [violation, times] of found.violations) {
    console.log(`      ${violation}${times > 1 ? ` (${count(times)} times)` : ''}`);
    printTrace(found.traces.get(violation)!);
  }
};

console.log('Every rule in force\n');
let violations = 0;
for (const { scenario, maxStates } of scenarios) {
  const since = performance.now();
  const found = explore(scenario, { maxStates });
  states += found.states;
  violations += found.violations.size;
  failed ||= found.violations.size > 0;
  const extent = found.complete ? 'all within the bounds' : 'cut there, breadth first';
  console.log(
    `  ${scenario.name}: ${count(found.states)} states (${extent}), ${count(found.quiet)} at rest, ` +
      `${found.violations.size} violations, ${seconds(since)}`,
  );
  printViolations(found);
}

console.log('\nOne rule taken away\n');
for (const { rule, scenario, maxStates } of ablations) {
  const found = explore(scenario, { maxStates, stopAtFirst: true });
  states += found.states;
  console.log(`  ${rule} (${ruleNames[rule]}): ${count(found.states)} states`);
  if (found.violations.size === 0) {
    failed = true;
    console.log('      nothing noticed its absence');
  } else printViolations(found);
}

console.log('\nKept although the guarantee does not rest on it\n');
for (const { rule, scenario, maxStates } of redundant) {
  const found = explore(scenario, { maxStates });
  states += found.states;
  failed ||= found.violations.size > 0;
  console.log(`  ${rule} (${ruleNames[rule]}): ${count(found.states)} states, ${found.violations.size} violations`);
  printViolations(found);
}

console.log('\nBeyond the guarantee\n');
for (const { name, scenario, maxStates } of limits) {
  const found = explore(scenario, { maxStates, stopAtFirst: true });
  states += found.states;
  console.log(`  ${name}: ${count(found.states)} states`);
  if (found.violations.size === 0) console.log('      nothing is lost within these bounds');
  else printViolations(found);
}

console.log(`\n${count(states)} states, ${violations} violations with every rule in force, ${seconds(began)}`);
process.exitCode = failed ? 1 : 0;
