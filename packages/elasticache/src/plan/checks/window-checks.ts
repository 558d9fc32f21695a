import { backupRetentionDays, windowMinutes } from '../../facts/limits.ts';
import type { Check, PlanError } from '../plan.ts';
import { dailyWindow, overlap, weeklyWindow } from '../windows.ts';

/** Backups, and when AWS may work on the nodes. */
export const windowChecks: Check = function* ({ backup, maintenanceWindow }) {
  const { most } = backupRetentionDays.value;
  if (backup.retentionDays === 0)
    yield {
      code: 'backups_off',
      path: 'backup.retentionDays',
      message: '0 days turns backups off: after a lost group every cache is cold and every queue is empty.',
      remediation: 'Keep 7 days. The newest backup costs nothing.',
    };
  if (backup.retentionDays > most)
    yield {
      code: 'backup_retention_range',
      path: 'backup.retentionDays',
      message: `Backups are kept for ${most} days at the most.`,
      remediation: `Write 1 to ${most}.`,
    };
  const daily = dailyWindow(backup.window);
  const weekly = weeklyWindow(maintenanceWindow);
  if (daily === undefined) yield malformed('backup.window', backup.window, '03:00-05:00, in UTC');
  else if (daily.minutes < windowMinutes.value) yield tooShort('backup.window', daily.minutes);
  if (weekly === undefined)
    yield malformed('maintenanceWindow', maintenanceWindow, 'sun:05:00-sun:07:00, in UTC');
  else if (weekly.end - weekly.start < windowMinutes.value)
    yield tooShort('maintenanceWindow', weekly.end - weekly.start);
  if (daily !== undefined && weekly !== undefined && overlap(daily, weekly))
    yield {
      code: 'windows_overlap',
      path: 'maintenanceWindow',
      message: `Backups (${backup.window} every day) and maintenance (${maintenanceWindow}) overlap, which ElastiCache refuses.`,
      remediation: 'Let one begin when the other ends: 03:00-05:00 and sun:05:00-sun:07:00.',
    };
};

function malformed(path: string, given: string, wanted: string): PlanError {
  return {
    code: 'window_malformed',
    path,
    message: `${JSON.stringify(given)} is no window.`,
    remediation: `Write it as ${wanted}.`,
  };
}

function tooShort(path: string, minutes: number): PlanError {
  return {
    code: 'window_too_short',
    path,
    message: `The window is ${minutes} minutes long; ElastiCache wants ${windowMinutes.value} or more.`,
    remediation: 'Make it longer.',
  };
}
