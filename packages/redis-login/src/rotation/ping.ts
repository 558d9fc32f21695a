import { unreadable } from './resp.ts';
import { type ServerAddress, sendCommand } from './send-command.ts';

/** Authenticates on a new connection and sends PING. Rejects like `sendCommand`. */
export async function ping(address: ServerAddress, password: string, timeoutMs: number): Promise<void> {
  const reply = await sendCommand(address, password, ['PING'], timeoutMs);
  if (reply !== 'PONG') throw new Error(unreadable);
}
