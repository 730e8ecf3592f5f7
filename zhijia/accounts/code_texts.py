"""The three text messages about signing in: fixed, in two languages at once, of one length.

Whoever sees a locked screen, or counts bytes on the way, cannot tell which of them it is, nor in
which language its reader reads. Nothing is filled in but the code.
"""

CODE = "您的验证码%(code)s，五分钟内有效，请勿告诉他人。Code %(code)s, valid 5 minutes. Tell nobody."
NO_ACCOUNT = "此号尚无账号，本人操作可以先去注册一个。No account has this number. You can sign up now."
HAS_ACCOUNT = "此号已有账号，本人操作请用验证码来登录。This number has an account. Sign in with a code."
