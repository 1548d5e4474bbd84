import { BaseSequencer, type TestSpecification, type TestSequencerConstructor } from 'vitest/node';

/** Begins with these files, in this order. Without it a fresh clone, which has no times of earlier runs, begins the longest one last. */
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
