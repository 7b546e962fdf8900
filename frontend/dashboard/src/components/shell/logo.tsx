/** The mark: a way that winds. Takes the text colour. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.1"
      strokeLinecap="round"
      aria-hidden
    >
      <path d="M2.500 8c2 0 1.900 9 4.900 9 2.700 0 2.100-10 4.900-10 3 0 1.300 10 5.600 10 2.400 0 3.100-3.600 3.600-6" />
    </svg>
  );
}
