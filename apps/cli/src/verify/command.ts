import { parseUrl } from '../shared/api/connection.ts';
import { createCheckReporter, resultJson, throwErrors } from '../shared/checks/run-checks.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { parseSeconds, readTrustedCertificates } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { siteChecks } from './check-list.ts';
import { siteAt } from './site.ts';
import { verifySite } from './verify-site.ts';

type Options = { caFile?: string; timeout: number; json?: boolean };

export const addVerify: AddCommand = (parent, context) => {
  const command = parent
    .command('verify')
    .summary('check a deployment from outside')
    .description(
      'Checks a deployment from outside, like any client: encryption, readiness, the health report and its five ' +
        'fields, security headers, the cache over two requests, and rate limits. Shows the cause and the fix of ' +
        'each problem. Needs no token and changes nothing.',
    )
    .argument('<url>', 'URL of the deployment, such as https://booking.example.com')
    .option('--ca-file <file>', 'certificate of a CA to trust, in PEM')
    .option('--timeout <seconds>', 'timeout for each response', parseSeconds, 10)
    .option('--json', 'print one JSON document instead of text')
    .action((url: string, options: Options) => verify(url, options, context));
  withExamples(command, [
    'bookedbarber verify https://booking.example.com',
    'bookedbarber verify http://localhost:3000 --json',
  ]);
};

async function verify(address: string, options: Options, context: CommandContext): Promise<void> {
  const json = options.json === true;
  const url = parseUrl(address);
  const site = siteAt(url, {
    timeoutMs: options.timeout * 1000,
    trust: readTrustedCertificates(options.caFile, context),
  });
  const paint = paintFor(context.stdout, context.environment);
  if (!json) printLines(context, [paint.heading(url.origin)]);
  const results = await verifySite(site, context, createCheckReporter(siteChecks, context, { json }));
  const findings = results.flatMap((result) => result.findings);
  if (json) {
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    printJson(context, {
      healthy: errors.length === 0,
      errors,
      url: url.origin,
      checks: results.map(resultJson),
    });
  }
  if (!json) printLines(context, ['']);
  throwErrors(results, 'bookedbarber verify');
  if (json) return;
  const passed = paint.good('The deployment passed all checks.');
  printLines(context, [findings.length === 0 ? passed : `${passed} See the warnings above.`]);
}
