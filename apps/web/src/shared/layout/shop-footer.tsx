import type { Shop } from '@bookedbarber/contract';

type ContactDetails = Pick<Shop, 'name' | 'address' | 'phone'> & { email?: string | null };

/** Address and contact details of a shop. */
export function ShopFooter({ shop }: { shop: ContactDetails }) {
  return (
    <address>
      <strong>{shop.name}</strong>
      {shop.address && <span>{shop.address}</span>}
      {shop.phone && <PhoneLink phone={shop.phone} />}
      {shop.email && <a href={`mailto:${shop.email}`}>{shop.email}</a>}
    </address>
  );
}

export function PhoneLink({ phone }: { phone: string }) {
  return <a href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}>{phone}</a>;
}
