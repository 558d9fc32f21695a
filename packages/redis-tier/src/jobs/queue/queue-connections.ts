import type { Cluster, Redis } from 'ioredis';
import { type ConnectionOptions, connect, connectCluster, type RedisClient } from '../../connection/index.ts';
import { isReplicaReply } from '../../connection/internal.ts';

/** The two clients that jobs need; BullMQ duplicates the second for its blocking read. */
export type QueueConnections<Client extends RedisClient = RedisClient> = {
  /** Fails immediately while the server is unavailable. */
  producer: Client;
  /** Waits for the server indefinitely, as BullMQ requires of a worker's connection. */
  worker: Client;
};

/** Opens both to a server or a cluster. */
export function connectQueue(
  options: ConnectionOptions,
  onError: (error: Error) => void,
): QueueConnections<Redis | Cluster> {
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

function connectToCluster(
  options: ConnectionOptions,
  onError: (error: Error) => void,
): QueueConnections<Cluster> {
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
