import { type ConnectionOptions, connect, connectCluster } from '../../connection/index.ts';
import type { QueueClient } from './queue-monitor.ts';
import type { DoorbellOptions } from './wake-up-queue.ts';

/** The two clients that jobs need; BullMQ makes a third one from the second, for its blocking read. */
export type QueueConnections = {
  /** Fails at once while the server is away. */
  bell: DoorbellOptions['client'];
  /** Waits for the server for ever, as BullMQ wants it of a worker. */
  worker: QueueClient;
};

/** Opens them to a server or a cluster. */
export function connectQueue(options: ConnectionOptions, onError: (error: Error) => void): QueueConnections {
  if (options.server.cluster === true) return connectToCluster(options, onError);
  const bell = connect(options, onError);
  // After a failover the server's name leads to the new primary, and an open connection to the old one.
  const reconnectOnError = (error: Error): boolean => error.message.startsWith('READONLY');
  bell.options.reconnectOnError = reconnectOnError;
  const worker = bell.duplicate({
    connectionName: `${options.name} worker`,
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    commandTimeout: undefined,
    reconnectOnError,
  });
  worker.on('error', onError);
  return { bell, worker };
}

function connectToCluster(options: ConnectionOptions, onError: (error: Error) => void): QueueConnections {
  const patient = {
    connectionName: `${options.name} worker`,
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    commandTimeout: undefined,
  };
  return {
    bell: connectCluster(options, onError),
    worker: connectCluster(options, onError, { nodes: patient, waits: true }),
  };
}
