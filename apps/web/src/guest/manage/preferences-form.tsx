import type { Booking, Preferences } from '@bookedbarber/contract';
import type { SubmitEvent } from 'react';
import { deviceZone, zoneCity } from '../../shared/time/zone.ts';

interface PreferencesFormProps {
  booking: Booking;
  current: Preferences;
  saving: boolean;
  onSave(preferences: Preferences): void;
}

const channels: { value: Preferences['channel']; label: string }[] = [
  { value: 'email', label: 'Email' },
  { value: 'sms', label: 'Text message' },
  { value: 'none', label: 'No messages' },
];

/** Channel, language and time zone of messages to a client. */
export function PreferencesForm({ booking, current, saving, onSave }: PreferencesFormProps) {
  const save = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const channel = channels.find(({ value }) => value === form.get('channel'))?.value ?? current.channel;
    const zone = String(form.get('zone') ?? '');
    onSave({
      channel,
      language: String(form.get('language') ?? current.language),
      zone: zone === '' ? null : zone,
    });
  };
  const withoutPhone = booking.client.phone === null;
  return (
    <form onSubmit={save}>
      <fieldset className="choice-row">
        <legend>Messages about your appointments</legend>
        {channels.map(({ value, label }) => (
          <label key={value} className="choice">
            <input
              type="radio"
              name="channel"
              value={value}
              defaultChecked={value === current.channel}
              disabled={value === 'sms' && withoutPhone}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {withoutPhone && <p className="soft">Text messages require a phone number in the booking.</p>}
      <div className="field">
        <label htmlFor="language">Language</label>
        <select id="language" name="language" defaultValue={current.language}>
          {Array.from(new Set(['en', current.language]), (language) => (
            <option key={language} value={language}>
              {new Intl.DisplayNames('en', { type: 'language' }).of(language)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="zone">Your time zone</label>
        <select id="zone" name="zone" defaultValue={current.zone ?? ''}>
          <option value="">Same as the shop ({zoneCity(booking.shop.zone)})</option>
          {zonesWith(current.zone).map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
        <span className="soft">
          Used only to display times. Appointments are in the time zone of the shop.
        </span>
      </div>
      <button type="submit" className="button" disabled={saving}>
        {saving ? 'Saving…' : 'Save'}
      </button>
    </form>
  );
}

function zonesWith(current: string | null): string[] {
  const zones = new Set(Intl.supportedValuesOf('timeZone'));
  for (const zone of [current, deviceZone()]) if (zone !== null) zones.add(zone);
  return Array.from(zones).sort();
}
