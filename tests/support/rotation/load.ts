/** People who look at a shop without a pause, several at the same time, until they are told to stop. */
export type Load = {
  readonly made: number;
  /** Ends it. */
  stop(): Promise<{ made: number; failed: string[]; seconds: number }>;
};

export function startLoad(addresses: readonly string[], atOnce = 4): Load {
  let runs = true;
  let made = 0;
  const failed: string[] = [];
  const startedMs = performance.now();
  const visitors = Array.from({ length: atOnce }, async (_, visitor) => {
    for (let turn = visitor; runs; turn++) {
      const address = addresses[turn % addresses.length] ?? '';
      try {
        const response = await fetch(address);
        await response.arrayBuffer();
        if (!response.ok) failed.push(`${response.status} of ${address}`);
      } catch (error) {
        failed.push(String(error));
      }
      made += 1;
    }
  });
  return {
    get made() {
      return made;
    },
    async stop() {
      runs = false;
      await Promise.all(visitors);
      return { made, failed, seconds: Math.round(performance.now() - startedMs) / 1000 };
    },
  };
}
