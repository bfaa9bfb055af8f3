// Sums and quantities as the server writes and reads them: by the pattern that it gives, and by the
// rules of payments/billing/money.py and payments/billing/quantities.py. Nothing is a float here.
window.numbers = (() => {
  const PLACES = 20;
  const MOST_DIGITS = 8;
  const MOST = 999999999;
  const ZEROS = ["٠", "۰", "०", "０"].map((zero) => zero.charCodeAt(0));

  // A decimal text as a whole number of 10⁻²⁰.
  function scaled(text) {
    const [, minus, whole, fraction = ""] = /^(-?)(\d*)\.?(\d*)$/.exec(text);
    const digits = BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, "0"));
    return minus ? -digits : digits;
  }

  // Half up, to so many places.
  function rounded(value, places) {
    const unit = 10n ** BigInt(PLACES - places);
    return (value + unit / 2n) / unit;
  }

  function grouped(whole, { group, sizes }) {
    const groups = [];
    let [size] = sizes;
    let rest = whole;
    while (rest.length > size && size > 0) {
      groups.unshift(rest.slice(-size));
      rest = rest.slice(0, -size);
      size = sizes[1];
    }
    return [rest, ...groups].join(group);
  }

  // A sum of 10⁻²⁰ by a pattern; what would be written as nothing gets more digits.
  function write(sum, pattern) {
    const size = sum < 0n ? -sum : sum;
    let places = pattern.digits;
    let value = rounded(size, places);
    if (!value && size) {
      places = MOST_DIGITS;
      value = rounded(size, places);
    }
    const digits = value.toString().padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places);
    const fraction = digits.slice(whole.length).replace(/0+$/, "").padEnd(pattern.least, "0");
    const text = grouped(whole, pattern) + (fraction ? pattern.decimal + fraction : "");
    const isNegative = sum < 0n && value > 0n;
    return isNegative
      ? pattern.minus_before + text + pattern.minus_after
      : pattern.before + text + pattern.after;
  }

  function latin(text) {
    return text.replace(/[٠-٩۰-۹०-९０-９]/g, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - ZEROS.find((zero) => code >= zero && code < zero + 10));
    });
  }

  // What somebody typed: { value } with a whole number, or { fault } with the name of what is wrong.
  function read(typed) {
    const text = latin(typed.trim()).replace(/(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, "");
    if (!text) return { value: 0 };
    if (text.length > PLACES) return { fault: /^\d+$/.test(text) ? "too much" : "no number" };
    if (/^\d+(?:[.,]0{1,2})?$/.test(text)) {
      const value = Number.parseInt(text, 10);
      return value > MOST ? { fault: "too much" } : { value };
    }
    if (/^\d{1,3}(?:[.,]\d{3})+$/.test(text)) return { fault: "ambiguous" };
    return { fault: /^\d*[.,]\d+$/.test(text) ? "fraction" : "no number" };
  }

  return Object.freeze({ scaled, write, read });
})();
