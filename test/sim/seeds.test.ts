import { holdSeeds } from './hold-seeds.ts';

// Three hundred schedules in two files of tests, so that two processors share them.
holdSeeds(1, 150);
