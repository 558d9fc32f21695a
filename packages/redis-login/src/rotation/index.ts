export { type AwsGroup, awsGroup, type GroupOptions, type ReplicationGroups } from './aws-group.ts';
export { awsSecret } from './aws-secret.ts';
export { type RotationHandlerOptions, rotationHandler } from './handler.ts';
export { newPassword } from './new-password.ts';
export type { RotatedSecret, RotationPorts, TokenGroup, VersionLabel } from './ports.ts';
export { type RevokeResult, revokeOldPassword } from './revoke-old-password.ts';
export { RotationError, type RotationStep } from './rotation-error.ts';
export type { ServerAddress } from './send-command.ts';
export { runStep, type SecretStep } from './steps.ts';
