import type { AblatedRule } from './ablation.ts';

/** Rules about what a host looks at before it writes and after, and what it says of it. */
export const ofHost: AblatedRule[] = [
  { name: 'document lock', rules: 'I16', documentLock: true },
  { name: 're-check before the write', rules: 'R10, I2', recheck: true },
  { name: 'look back after the write', rules: 'R10, I3', repair: true },
  { name: 'text as text', rules: 'I17', asText: true },
  { name: 'formulas are left alone', rules: 'I14', formulas: true, theme: { faults: ['errors'] } },
  { name: 'suspended columns', rules: 'I13', missingColumns: true },
  {
    name: 'anomalies pause the link',
    rules: 'R15, I10',
    anomalies: true,
    theme: { faults: ['schema', 'identity'], acts: ['sortHeader', 'breakKey'], setup: { missingMode: 'automatic' } },
  },
  { name: 'bisecting a refused chunk', rules: 'R16', bisect: true },
  { name: 'notes on refused cells', rules: 'R17, I11', marks: true, theme: { faults: ['errors'] } },
  {
    name: 'archived before it is deleted',
    rules: 'R26',
    archive: true,
    theme: { faults: ['deletes'], acts: ['delete'], setup: { removedMode: 'archive', firstSync: null } },
  },
  {
    name: 'write-ahead note',
    rules: 'R11',
    note: true,
    kept: 'nothing is lost without it (npm run model: redundant); what is typed on top of a written value before the next run is an edit with it, a conflict without',
  },
];
