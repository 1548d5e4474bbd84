import { BaseSequencer, type TestSpecification, type TestSequencerConstructor } from 'vitest/node';

/**
 * Returns a sequencer that starts with these files, in this order. Otherwise, a new clone without recorded durations could start the
 * longest file last.
 */
export function longestFirst(names: readonly string[]): TestSequencerConstructor {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const sorted = await super.sort(files);
      return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
    }
  };

  function placeOf({ moduleId }: TestSpecification): number {
    const place = names.findIndex((name) => moduleId.includes(`/${name}.test.`));
    return place === -1 ? names.length : place;
  }
}
