export type { ServerAddress } from './aws-call.ts';
export { type AwsGroup, awsGroup, type GroupOptions, type ReplicationGroups } from './aws-group.ts';
export { awsSecret } from './aws-secret.ts';
export { type RotationHandlerOptions, rotationHandler } from './handler.ts';
export { newPassword } from './new-password.ts';

export type { RotatedSecret, RotationPorts, TokenGroup, VersionLabel } from './ports.ts';
export { RotationError, type RotationStep } from './rotation-failed.ts';
export { runStep, type SecretStep } from './steps.ts';
export { type RevokeResult, revokeOldPassword } from './wait-until-available.ts';
