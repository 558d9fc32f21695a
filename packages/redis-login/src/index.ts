export { CredentialsError } from './credentials-error.ts';
export { type IamSource, iamLogin } from './iam-login.ts';
export { openLoginSource } from './open-source.ts';
export { parseSecret } from './secret-text.ts';
