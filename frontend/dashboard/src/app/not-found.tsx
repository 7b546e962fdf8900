import Link from 'next/link';
import { Logo } from '@/components/shell/logo';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div>
        <span className="mb-4 inline-block text-accent"><Logo size={32} /></span>
        <h1 className="text-xl">There is nothing at this address</h1>
        <p className="mt-1 text-muted">It may have been deleted, or the link is cut off.</p>
        <Link href="/journeys" className="mt-4 inline-flex h-8 items-center rounded-md bg-accent px-3 font-medium text-on-accent hover:bg-accent-strong">To the journeys</Link>
      </div>
    </main>
  );
}
