/** Tells on the terminal what is being done and how long it took. */
export interface Progress {
  step<T>(sentence: string, work: () => Promise<T>): Promise<T>;
  note(sentence: string): void;
}

export const terminalProgress: Progress = {
  async step(sentence, work) {
    const started = Date.now();
    process.stdout.write(`• ${sentence} … `);
    try {
      const result = await work();
      process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
      return result;
    } catch (error) {
      process.stdout.write("failed\n");
      throw error;
    }
  },
  note: (sentence) => console.log(`• ${sentence}`),
};

/** For tests: says nothing. */
export const silentProgress: Progress = {
  step: (_sentence, work) => work(),
  note: () => {},
};
