export { type Direction, type FaultProxy, type ProxiedLink, startFaultProxy } from './fault-proxy.ts';
