import type { EditedConfiguration, EditedFile } from './configuration.ts';
import type { HourExporter } from './exporter.ts';
import type { HourPbxs } from './pbxs.ts';
import type { EditTotals } from './result.ts';

/** Edits the configuration of a running exporter and reloads it. */
export class Administrator {
  readonly #exporter: HourExporter;
  readonly #configuration: EditedConfiguration;
  readonly #pbxs: HourPbxs;
  readonly #changes: Record<string, number> = {};
  readonly #failures: string[] = [];
  #reloads = 0;
  #refused = 0;
  #unexpected = 0;
  #busy = false;

  constructor(exporter: HourExporter, configuration: EditedConfiguration, pbxs: HourPbxs) {
    this.#exporter = exporter;
    this.#pbxs = pbxs;
    this.#configuration = configuration;
  }

  /** Number of targets that the exporter must show now; undefined during a reload. */
  get targets(): number | undefined {
    return this.#busy ? undefined : this.#configuration.names.length;
  }

  get totals(): EditTotals {
    return {
      reloads: this.#reloads,
      refused: this.#refused,
      mistyped: this.#configuration.mistypedTotal,
      unexpected: this.#unexpected,
      failures: this.#failures,
      changes: this.#changes,
    };
  }

  /** Makes one random edit. Failures are counted and never thrown. */
  async edit(): Promise<void> {
    if (!this.#busy) await this.#put(() => this.#configuration.edit());
  }

  /** Reverts all edits, after waiting for a running one. */
  async restore(): Promise<void> {
    while (this.#busy) await new Promise((resolve) => setTimeout(resolve, 100));
    await this.#put(() => this.#configuration.restore());
  }

  async #put(make: () => EditedFile): Promise<void> {
    this.#busy = true;
    const { text, accepted, changed } = make();
    for (const name of changed) this.#changes[name] = (this.#changes[name] ?? 0) + 1;
    try {
      // Sent before and after the reload, because a fault can start in between.
      await this.#pbxs.order({ changed });
      await this.#exporter.write(text);
      const signal = AbortSignal.timeout(20_000);
      const response = await fetch(`${this.#exporter.base}/-/reload`, { method: 'POST', signal });
      const answer = await response.text();
      await this.#pbxs.order({ changed });
      this.#reloads += 1;
      if (response.status === 500) this.#refused += 1;
      if (response.status !== (accepted ? 200 : 500))
        throw new Error(`status ${response.status}: ${answer.slice(0, 200)}`);
    } catch (thrown) {
      this.#unexpected += 1;
      if (this.#failures.length < 20) this.#failures.push(`${new Date().toISOString()} reload: ${String(thrown)}`);
    } finally {
      this.#busy = false;
    }
  }
}
