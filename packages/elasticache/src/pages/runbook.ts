import type { Rule } from '../thresholds/rule.ts';
import { rules } from '../thresholds/rules.ts';
import { defaultThresholds, type Thresholds } from '../thresholds/thresholds.ts';

/** The page for whoever is woken: every rule with its limit, its cause and its mend, in Markdown. */
export function runbook(thresholds: Thresholds = defaultThresholds): string {
  return [
    '<!-- Made by `node dev/reference-pages.mjs` from packages/elasticache: change the source, not this page. -->',
    '# Runbook',
    '',
    'What the alarms of CloudWatch and the alerts of the server mean, and what to do. `page`: somebody has to look now.',
    '`ticket`: on the next working day. Every alarm also tells when it is over. Begin with `bookedbarber advise`, and with',
    '`bookedbarber doctor` when nothing answers.',
    '',
    '| alarm | metric | limit | severity | for | alert of the server |',
    '|---|---|---|---|---|---|',
    ...rules.map((rule) => line(rule, thresholds)),
    '',
    ...rules.flatMap((rule) => section(rule, thresholds)),
  ].join('\n');
}

function line(rule: Rule, thresholds: Thresholds): string {
  const side = rule.comparison === 'above' ? 'over' : 'under';
  const alert = 'code' in rule.health ? `\`${rule.health.code}\`` : '-';
  const limit = rule.metric === 'SwapBeyondFreeable' ? '' : `${side} `;
  return `| [${rule.name}](#${rule.name}) | \`${rule.metric}\` | ${limit}${rule.describeLimit(thresholds)} | ${rule.severity} | ${rule.appliesToText} | ${alert} |`;
}

function section(rule: Rule, thresholds: Thresholds): string[] {
  const { evaluation: looking, health } = rule;
  const side = rule.comparison === 'above' ? 'over' : 'under';
  const what =
    rule.metric === 'SwapBeyondFreeable'
      ? rule.describeLimit(thresholds)
      : `${looking.statistic} of \`${rule.metric}\` ${side} ${rule.describeLimit(thresholds)}`;
  return [
    `## ${rule.name}`,
    `**${rule.title}** (${rule.severity}).`,
    '',
    `- When: ${what}, in ${looking.datapointsToAlarm} of ${looking.evaluationPeriods} periods of ${looking.periodSeconds} s, ${where(rule)}. ${missing(rule)}`,
    `- Usual cause: ${rule.cause}`,
    `- Mend: ${rule.remediation}`,
    'code' in health
      ? `- The server tells of it too, as \`${health.code}\` in \`/api/v1/cache/alerts\`.`
      : `- Not in the alerts of the server. ${health.notMonitored}`,
    '',
  ];
}

function where({ scope, appliesToText }: Rule): string {
  if (scope === 'group') return 'over the whole group';
  return appliesToText === 'every node' ? 'on any node' : `on ${appliesToText}`;
}

function missing({ missingData }: Rule): string {
  return missingData === 'notBreaching'
    ? 'No data is well.'
    : 'No data is told as such: the node may be gone.';
}
