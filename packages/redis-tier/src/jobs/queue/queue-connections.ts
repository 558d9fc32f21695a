import { type ConnectionOptions, connect, connectCluster, isReplicaReply } from '../../connection/index.ts';
import type { QueueClient } from './queue-monitor.ts';
import type { WakeUpQueueOptions } from './wake-up-queue.ts';

/** The two clients that jobs need; BullMQ duplicates the second for its blocking read. */
export type QueueConnections = {
  /** Fails immediately while the server is unavailable. */
  producer: WakeUpQueueOptions['client'];
  /** Waits for the server indefinitely, as BullMQ requires of a worker's connection. */
  worker: QueueClient;
};

/** Opens both to a server or a cluster. */
export function connectQueue(options: ConnectionOptions, onError: (error: Error) => void): QueueConnections {
  if (options.server.cluster === true) return connectToCluster(options, onError);
  const producer = connect(options, onError);
  // After a failover the server's name resolves to the new primary, while an open connection still leads to the old
  // one.
  producer.options.reconnectOnError = isReplicaReply;
  const worker = producer.duplicate({
    connectionName: `${options.name} worker`,
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    commandTimeout: undefined,
    reconnectOnError: isReplicaReply,
  });
  worker.on('error', onError);
  return { producer, worker };
}

function connectToCluster(options: ConnectionOptions, onError: (error: Error) => void): QueueConnections {
  const waitingOptions = {
    connectionName: `${options.name} worker`,
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    commandTimeout: undefined,
  };
  return {
    producer: connectCluster(options, onError),
    worker: connectCluster(options, onError, { nodes: waitingOptions, waits: true }),
  };
}
