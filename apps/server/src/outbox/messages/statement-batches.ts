/**
 * Makes one statement of many calls: those of one turn of the event loop travel together, and those that come while a
 * statement is under way make up the next one. A single call is sent at once and waits for nobody.
 *
 * `send` gets at most `most` calls and answers each in its place. When it fails, the calls of that statement fail.
 */
export function createBatcher<Call, Answer>(
  most: number,
  send: (calls: readonly Call[]) => Promise<readonly Answer[]>,
): (call: Call) => Promise<Answer> {
  type Waiting = { call: Call; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  const waiting: Waiting[] = [];
  let sending = false;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const together = waiting.splice(0, most);
      try {
        const answers = await send(together.map(({ call }) => call));
        for (const [index, { resolve }] of together.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    sending = false;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ call, resolve, reject });
      if (sending) return;
      sending = true;
      // After the callbacks of this turn, which have more calls to make.
      setImmediate(() => void sendAll());
    });
}
