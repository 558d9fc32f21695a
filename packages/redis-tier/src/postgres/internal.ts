/** For the other folders of the tier. Not exported by the package. */
export { aSqlName, channelOf, indexOf, sqlOf, type TableName } from './names.ts';
export { queryRows } from './queryable.ts';
