export { type ConnectionOptions, connect } from './connect.ts';
export { infoNumber, parseInfo } from './server-info.ts';
