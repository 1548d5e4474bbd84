/** Most bytes of `user@domain:password`: up to 1.11.1 FreeSWITCH writes what is longer past the end of its buffer. */
const longestLogin = 59;

/** What mod_xml_rpc will not take, or not well, about an account: it says nothing but 401, whatever is wrong. */
export function accountDoubts(username: string, password: string): readonly string[] {
  const bytes = Buffer.byteLength(`${username}:${password}`);
  return [
    ...(username.includes('@')
      ? []
      : ['the user name has no @domain: FreeSWITCH takes the domain from the url then, which is right only by chance']),
    ...(bytes <= longestLogin
      ? []
      : [
          `user name and password have ${bytes} bytes with the colon between them: FreeSWITCH up to 1.11.1 can crash beyond ${longestLogin}, use a shorter password`,
        ]),
    ...(/^[ -~]*$/.test(password)
      ? []
      : ['the password holds characters that are not ASCII: FreeSWITCH never takes such a one']),
  ];
}
