/** Continuous requests of several concurrent visitors until stop() is called. */
export type Load = {
  readonly made: number;
  /** Stops the requests and returns the totals. */
  stop(): Promise<{ made: number; failed: string[]; seconds: number }>;
};

export function startLoad(addresses: readonly string[], concurrency = 4): Load {
  let runs = true;
  let made = 0;
  const failed: string[] = [];
  const startedMs = performance.now();
  const visitors = Array.from({ length: concurrency }, async (_, visitor) => {
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
