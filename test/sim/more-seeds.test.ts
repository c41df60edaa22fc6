import { holdSeeds } from './hold-seeds.ts';

holdSeeds(151, 300);
