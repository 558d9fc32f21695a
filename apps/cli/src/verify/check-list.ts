/** The checks of a deployment, in this order. */
export const siteChecks = [
  'encryption',
  'alive',
  'ready',
  'health',
  'headers',
  'cache',
  'limits',
  'operators',
  'mailbox',
] as const;

export type SiteCheck = (typeof siteChecks)[number];
