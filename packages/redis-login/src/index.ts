export { LoginUnreadable } from './login-unreadable.ts';
export { openLoginSource } from './open-source.ts';
