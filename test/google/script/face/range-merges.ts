import { make } from './make.ts';
import type { RangeFace } from './range.ts';
import { RangePlace } from './range-place.ts';
import { call } from './rpc.ts';

/** Merging the cells of a Range. */
export class RangeMerges extends RangePlace {
  merge(): this {
    call('Range.merge', this.ref, 'all');
    return this;
  }

  mergeAcross(): this {
    call('Range.merge', this.ref, 'across');
    return this;
  }

  mergeVertically(): this {
    call('Range.merge', this.ref, 'down');
    return this;
  }

  breakApart(): this {
    call('Range.breakApart', this.ref);
    return this;
  }

  isPartOfMerge(): boolean {
    return call('Range.getMergedRanges', this.ref).length > 0;
  }

  getMergedRanges(): RangeFace[] {
    return call('Range.getMergedRanges', this.ref).map((ref) => make.range(ref));
  }
}
