export { type IamSource, iamLogin } from './iam-login.ts';
export { CredentialsError } from './login-error.ts';
export { openLoginSource } from './open-source.ts';
export { parseSecret } from './secret-text.ts';
