@echo off
rem 確認表の道具を入れます。ネットワークも管理者の権限も使いません。
rem すること：Python を探し、parts の中の install.py を実行します。それだけです。
rem 入れる場所を決めて実行するとき：インストール.bat D:\kakunin

set "INSTALL=%~dp0parts\install.py"
if not exist "%INSTALL%" echo 圧縮ファイル（zip）の中から直に開かれています。
if not exist "%INSTALL%" echo zip を右クリックし、「すべて展開」で展開してから、もう一度開いてください。
if not exist "%INSTALL%" pause & exit /b 3

rem 新しい Python から順に、使えるものを探します（見つからなくても、取り寄せません）。
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "PYTHON="
if not defined PYTHON py -3.13 "%INSTALL%" --usable >nul 2>nul && set "PYTHON=py -3.13"
if not defined PYTHON py -3.12 "%INSTALL%" --usable >nul 2>nul && set "PYTHON=py -3.12"
if not defined PYTHON py -3.11 "%INSTALL%" --usable >nul 2>nul && set "PYTHON=py -3.11"
if not defined PYTHON python "%INSTALL%" --usable >nul 2>nul && set "PYTHON=python"

if not defined PYTHON echo Python 3.11、3.12、3.13（64ビット）のどれも見つかりません。
if not defined PYTHON echo 情報担当の課に「Windows用 Python 3.13（64ビット）の導入」を依頼してください。
if not defined PYTHON echo （Microsoft Store の Python には入れられません。）
if not defined PYTHON echo 入った後に、このファイルをもう一度開いてください。
if not defined PYTHON pause & exit /b 3

%PYTHON% "%INSTALL%" %*
set "RESULT=%errorlevel%"
pause
exit /b %RESULT%
