export {
  type Direction,
  type FaultProxy,
  type ProxiedLink,
  startFaultProxy,
  type Target,
} from './fault-proxy.ts';
